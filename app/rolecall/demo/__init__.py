"""An IAM Identity Center on loopback, for `rolecall --demo`, for tests and for other clients."""

from rolecall.demo.faults import Fault
from rolecall.demo.home import create_home
from rolecall.demo.options import DemoOptions, RateLimit
from rolecall.demo.organisation import Organisation
from rolecall.demo.server import DemoServer

__all__ = ["DemoOptions", "DemoServer", "Fault", "Organisation", "RateLimit", "create_home"]
