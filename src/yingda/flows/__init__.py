"""What a call meets before it reaches a person: flows as data, their stepper, sounds, hours."""
