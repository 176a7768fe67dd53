"""A simulated street, and a checker that knows the contract and not the engine."""
