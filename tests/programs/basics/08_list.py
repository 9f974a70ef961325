xs = []
for i in range(5):
    xs.append(i * 2)
xs[0] = 7
print(xs, len(xs), xs[1], xs[-1])
