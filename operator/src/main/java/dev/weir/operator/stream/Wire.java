package dev.weir.operator.stream;

import java.util.function.Consumer;

/** The writing end of one WebSocket. Neither method blocks. */
interface Wire {

  /**
   * Sends one text frame.
   *
   * @param done called once, on any thread, with whether it went out
   */
  void send(String text, Consumer<Boolean> done);

  /** Ends the connection; more than once does nothing more. */
  void close(CloseCode why);
}
