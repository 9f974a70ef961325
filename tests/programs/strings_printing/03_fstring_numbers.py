# f-strings with format specifications for ints and floats.
n = 1234567
x = 3.14159265
print(f"{n} {n:d} {n:10d}| {n:<10}| {n:^11}| {n:>10}| {n:+d} {n:,} {n:_} {n:010d} {n:x} {n:X} {n:b} {n:o} {n:#x} {n:e}")
print(f"{x} {x:.2f} {x:8.3f}| {x:<8.1f}| {x:^9.2f}| {x:+.1f} {x:08.3f} {x:e} {x:.3e} {x:g} {x:.3g} {x:.0f} {x:%} {x:.1%}")
print(f"{-x:.2f} {-n:,} {-5:03d} {0:d} {0.0:.1f} {1e10:g} {1e-5:g} {123456789.0:g} {0.00012345:g} {1e100:.3g} {12345678.9:,.2f}")
print(f"{True} {True:d} {None} {1j} {2.5:10}| {7:5}| {7.0:5.1f}| {float('inf')} {float('nan'):.2f} {-0.0:.1f}")
print(f"{x:*^12.3f} {n:->12} {n:0<12} {5:c}{65:c}|")
w, p = 9, 2
print(f"{x:{w}.{p}f}| {n:>{w + 3}}|")
