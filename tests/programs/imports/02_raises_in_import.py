# A module whose body raises.
print("before")
import broken

print("never")
