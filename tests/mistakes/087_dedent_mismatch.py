# at 5:7, remedy
def f(x):
    if x:
        x += 1
      x -= 1
    return x
print(f(1))
