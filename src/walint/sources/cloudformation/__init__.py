"""CloudFormation, SAM and CDK output: templates in YAML or JSON, resolved lazily into values with spans."""
