# at 2:15
f = lambda x: return x
print(f(1))
