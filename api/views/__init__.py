"""What people see of the stored rows: the contract's objects, within each asker's scope."""
