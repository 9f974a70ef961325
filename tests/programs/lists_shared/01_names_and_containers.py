xs = [1, 2]
box = []
for i in range(3):
    box.append(xs)
xs.append(5)
print(box, xs)
box[1].append(7)
print(box, xs, box[0] is xs, box[0] is box[2])
