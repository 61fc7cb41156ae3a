"""What officers and approvers do to a topic, by the step of the procedure."""
