//! What wRPC's generator makes of the worlds.

pub mod server {
    wit_bindgen_wrpc::generate!({ path: "../../wit", world: "server" });
}

pub mod client {
    wit_bindgen_wrpc::generate!({ path: "../../wit", world: "client" });
}

pub mod wide_server {
    wit_bindgen_wrpc::generate!({ path: "../../wit", world: "wide-server" });
}

pub mod wide_client {
    wit_bindgen_wrpc::generate!({ path: "../../wit", world: "wide-client" });
}

/// The call that the benchmark makes.
pub mod greeter {
    pub mod server {
        wit_bindgen_wrpc::generate!({
            inline: "
                package bench:calls@0.1.0;
                interface greeter { greet: func(name: string) -> string; }
                world server { export greeter; }
            ",
        });
    }

    pub mod client {
        wit_bindgen_wrpc::generate!({
            inline: "
                package bench:calls@0.1.0;
                interface greeter { greet: func(name: string) -> string; }
                world client { import greeter; }
            ",
        });
    }
}

/// The walk-through of `examples/hello`.
pub mod hello {
    pub mod server {
        wit_bindgen_wrpc::generate!({
            inline: "
                package wrpc-examples:hello;
                interface handler { hello: func() -> string; }
                world server { export handler; }
            ",
        });
    }

    pub mod client {
        wit_bindgen_wrpc::generate!({
            inline: "
                package wrpc-examples:hello;
                interface handler { hello: func() -> string; }
                world client { import handler; }
            ",
        });
    }
}
