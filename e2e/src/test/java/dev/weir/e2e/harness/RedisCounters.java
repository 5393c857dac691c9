package dev.weir.e2e.harness;

import java.util.Map;
import java.util.TreeMap;

/** Reads the counters as they lie in Redis; the README of {@code limits} tells their layout. */
public final class RedisCounters {
  private static final String USED = "t";

  private RedisCounters() {}

  /** Key to units used, of the window counters whose id begins so. */
  public static Map<String, Long> used(RedisProcess redis, String namespace, String id) {
    return redis.ask(
        commands -> {
          Map<String, Long> used = new TreeMap<>();
          for (String key : commands.keys("weir:{" + namespace + "}:*" + id + "*")) {
            if (commands.type(key).equals("hash")) {
              used.put(key, Long.parseLong(commands.hget(key, USED)));
            }
          }
          return used;
        });
  }

  /** Subject to units used, of the one counter with this id that keeps an index, in its period. */
  public static Map<String, Long> indexed(RedisProcess redis, String namespace, String id) {
    return redis.ask(
        commands -> {
          Map<String, Long> used = new TreeMap<>();
          for (String key : commands.keys("weir:{" + namespace + "}:i:" + id + ":*")) {
            if (!key.endsWith(":sum")) {
              commands
                  .zrangeWithScores(key, 0, -1)
                  .forEach(entry -> used.put(entry.getValue(), (long) entry.getScore()));
            }
          }
          return used;
        });
  }
}
