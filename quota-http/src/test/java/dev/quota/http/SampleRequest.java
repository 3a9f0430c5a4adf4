package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.Policies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of alice, as a stack would describe it. A POST is idempotent. The header {@code
 * Key-Required} stands for an endpoint that demands an idempotency key.
 *
 * @param fields the values of each header
 * @param parameters of the query
 */
record SampleRequest(
    String method,
    List<Charge> charged,
    Map<String, List<String>> fields,
    Map<String, String> parameters)
    implements RequestFacts, StateFacts {

  static SampleRequest get(String... quotas) {
    return new SampleRequest("GET", charges(quotas), Map.of(), Map.of());
  }

  static SampleRequest post(String... quotas) {
    return new SampleRequest("POST", charges(quotas), Map.of(), Map.of());
  }

  private static List<Charge> charges(String... quotas) {
    return List.of(quotas).stream().map(quota -> new Charge(quota, 1)).toList();
  }

  static SampleRequest keyed(String key) {
    return post("chat").with("Idempotency-Key", key);
  }

  SampleRequest costing(long cost) {
    List<Charge> costs = charged.stream().map(it -> new Charge(it.quota(), cost)).toList();
    return new SampleRequest(method, costs, fields, parameters);
  }

  SampleRequest with(String header, String... values) {
    Map<String, List<String>> more = new HashMap<>(fields);
    more.put(header, List.of(values));
    return new SampleRequest(method, charged, more, parameters);
  }

  SampleRequest asking(Map<String, String> query) {
    return new SampleRequest(method, charged, fields, query);
  }

  @Override
  public List<String> headers(String name) {
    return fields.getOrDefault(name, List.of());
  }

  @Override
  public String authority() {
    return "shop.example";
  }

  @Override
  public String target() {
    return "/ask";
  }

  @Override
  public boolean allowsOtherOrigins() {
    return false;
  }

  @Override
  public String route() {
    return method + " /ask";
  }

  @Override
  public Subject subject() {
    return Subject.user("alice");
  }

  @Override
  public List<Charge> charges(Policies policies) {
    return charged;
  }

  @Override
  public boolean idempotent() {
    return method.equals("POST");
  }

  @Override
  public boolean keyRequired() {
    return fields.containsKey("Key-Required");
  }

  @Override
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
