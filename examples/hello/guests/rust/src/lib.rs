wit_bindgen::generate!({
    world: "server",
    path: "../../wit",
});

struct Server;

impl exports::wrpc_examples::hello::handler::Guest for Server {
    fn hello() -> String {
        "hello from Rust".to_owned()
    }
}

export!(Server);
