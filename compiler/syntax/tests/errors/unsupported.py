async def f():
    await g()
    async for x in y: pass
    async with z: pass
    return [w async for w in v]
match n:
    case 0:
        print("none")
    case [a, *b] if c:
        print("some")
match = 1
match[0]
match(x)
try: pass
except* A: pass
x = await y
