"""Fakes that implement the ports in memory; kept with the product, used by every slice's tests."""
