"""The whole system on one machine: the synthesized template, stood up in one process on moto."""
