"""The CDK app: what of AWS the system stands on, and who in it may do what."""
