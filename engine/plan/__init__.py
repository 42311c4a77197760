"""What next: the fewest or cheapest actions that lift most states, each with what the engine finds it to lift."""
