package dev.weir.operator.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromOperator.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A wire whose other end takes frames only when told to. */
final class FakeWire implements Wire {

  final List<Update> sent = new ArrayList<>();
  final List<CloseCode> closed = new ArrayList<>();
  private final List<Consumer<Boolean>> pending = new ArrayList<>();

  @Override
  public void send(String text, Consumer<Boolean> done) {
    try {
      sent.add((Update) new ObjectMapper().readValue(text, FromOperator.class));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
    pending.add(done);
  }

  @Override
  public void close(CloseCode why) {
    closed.add(why);
  }

  List<String> revisions() {
    return sent.stream().map(Update::revision).toList();
  }

  Update last() {
    return sent.getLast();
  }

  /** The other end took the frame in flight. */
  void taken() {
    pending.removeFirst().accept(true);
  }

  void failed() {
    pending.removeFirst().accept(false);
  }
}
