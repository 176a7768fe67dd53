"""What falls due after people act: calls for help that nobody answers, asking afterwards."""
