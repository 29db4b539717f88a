wit_bindgen::generate!({
    world: "caller",
    path: "../../wit",
});

fn main() {
    println!("{}", wrpc_examples::hello::handler::hello());
}
