package dev.weir.proxy.config;

import java.net.InetSocketAddress;

/** Why a connection, or the attempt to get one, came to its end. */
sealed interface Ending {

  /** Try again, waiting longer each time. */
  record Failed(String why) implements Ending {}

  /** Try again, but it will take a while until that can help. */
  record Hopeless(String why) implements Ending {}

  /** Another replica serves the stream. */
  record Redirected(InetSocketAddress leader) implements Ending {}
}
