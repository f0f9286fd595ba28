"""Reads Terraform, configuration and plans, without a terraform binary, providers or network."""
