/** `wasi:sockets/network` `network`: all the network that there is. What may be done with it is decided for each address. */
export class Network {}
