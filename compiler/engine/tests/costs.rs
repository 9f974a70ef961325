//! What costs nothing while the program runs: two ways to write it give the same code.

use quipu_engine::{Engine, Show};

fn core(text: &str) -> String {
    let engine = Engine::default();
    let mut program = engine.compile("p.py", text).expect("compiles");
    engine.emit(&mut program, Show::Core, None).expect("prints")
}

/// A constant field with the names of the axes; which one a name picks is settled while compiling.
#[test]
fn an_axis_by_its_name_is_the_axis() {
    let named = "import numpy as np\nclass Field:\n    dims = ('time', 'lat', 'lon')\n    \
        def __init__(self, data):\n        self.data = data\n    \
        def mean(self, name):\n        return self.data.mean(axis=self.dims.index(name))\n\
        print(Field(np.ones((2, 3, 4))).mean('lat'))\n";
    let numbered = "import numpy as np\nprint(np.ones((2, 3, 4)).mean(axis=1))\n";
    assert_eq!(core(named), core(numbered));
    assert_ne!(core(named), core(&numbered.replace("axis=1", "axis=2")));
}
