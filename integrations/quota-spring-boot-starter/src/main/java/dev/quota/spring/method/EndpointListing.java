package dev.quota.spring.method;

import dev.quota.CostFunction;
import dev.quota.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists what is annotated with {@code @Quota}, for operators. Thread-safe. */
public final class EndpointListing {

  /**
   * What an endpoint charges of one quota.
   *
   * @param quota the quota's name
   * @param cost the cost as text: a number, {@code usual}, an expression, or the name of a function
   */
  public record Charged(String quota, String cost) {}

  private final Map<String, List<Charged>> endpoints = new TreeMap<>();

  /** Creates an empty list. */
  public EndpointListing() {}

  /**
   * Adds an endpoint.
   *
   * @param where its name
   * @param annotations its annotations; without any, nothing is added
   */
  public synchronized void add(String where, List<Quota> annotations) {
    if (!annotations.isEmpty()) {
      List<Charged> charged = new ArrayList<>();
      annotations.forEach(it -> charged.add(new Charged(it.value(), cost(it))));
      endpoints.put(where, List.copyOf(charged));
    }
  }

  /**
   * Returns all endpoints that were read so far.
   *
   * @return what each charges, by its name
   */
  public synchronized Map<String, List<Charged>> all() {
    return new TreeMap<>(endpoints);
  }

  private static String cost(Quota annotation) {
    if (!annotation.costExpression().isEmpty()) {
      return annotation.costExpression();
    }
    if (annotation.costFrom() != CostFunction.None.class) {
      return annotation.costFrom().getName();
    }
    return annotation.cost() == Quota.USUAL_COST ? "usual" : Long.toString(annotation.cost());
  }
}
