"""What the registry's calls read and change: places, people, seniors, wristbands."""
