package dev.quota.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The users who are charged: one, or so many that their counts fit into no processor cache. */
@State(Scope.Benchmark)
public class Users {

  /** How many. */
  @Param({"1", "100000"})
  public int users;

  String[] ids;

  /** Makes up an id for each. */
  @Setup
  public void makeUp() {
    ids = new String[users];
    for (int i = 0; i < users; i++) {
      ids[i] = "user-" + (1_000_000 + i);
    }
  }
}
