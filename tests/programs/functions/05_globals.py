# Reading and rebinding globals.
count = 0
table = [1, 2, 3]
def bump(k):
    global count
    count += k
    table.append(count)
    return count
print(bump(1), bump(10), count, table)
def shadow():
    count = "local"
    return count
print(shadow(), count)
def later():
    return defined_below + 1
defined_below = 41
print(later())
