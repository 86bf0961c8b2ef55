"""What the processes do, in the words of *.feature, on the real engine."""

from pytest_bdd import scenarios

scenarios(".")
