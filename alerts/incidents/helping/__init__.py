"""Who helps besides: those who hear of it, who takes over, who is called, who asks after."""
