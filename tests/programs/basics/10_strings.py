name = "world"
print("hello", name)
print(f"{name}: {1 + 1}")
print("a" + "b", len(name))
