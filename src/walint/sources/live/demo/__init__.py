"""A false AWS inside the process (moto), and the account that `walint demo` audits. Nothing leaves the machine."""
