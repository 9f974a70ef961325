"""Settings."""
print("settings are read")
NAME = "demo"
FACTOR = 2.5


def scaled(x):
    return x * FACTOR


if __name__ == "__main__":
    print("never")
