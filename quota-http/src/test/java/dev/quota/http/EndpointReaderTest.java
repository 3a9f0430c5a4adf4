package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Charge;
import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestView;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Annotations mean the same in every stack. */
@SuppressWarnings("UnusedMethod") // read by reflection
final class EndpointReaderTest {

  private static final Policies POLICIES =
      Policies.builder()
          .quota(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
          .build();

  private final EndpointReader reader = new EndpointReader(StackRequest.class);

  /** The request of some framework. */
  private static class StackRequest {
    final long tokens;

    StackRequest(long tokens) {
      this.tokens = tokens;
    }
  }

  /** The request of another framework. */
  private interface OtherRequest {}

  private record View(String target, Map<String, String> fields, Object own)
      implements RequestView {

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> headers(String name) {
      return Optional.ofNullable(fields.get(name)).stream().toList();
    }

    @Override
    public String authority() {
      return "shop.example";
    }

    @Override
    public boolean allowsOtherOrigins() {
      return false;
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return type.isInstance(own) ? Optional.of(type.cast(own)) : Optional.empty();
    }
  }

  private static View request(String target) {
    return new View(target, Map.of(), new StackRequest(7));
  }

  private static Method method(Class<?> type, String name) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(it -> it.getName().equals(name) && !it.isBridge())
        .findFirst()
        .orElseThrow();
  }

  private Endpoint read(Class<?> type, String name) {
    return reader.read(type, method(type, name)).endpoint();
  }

  private static Map<String, Long> costs(Endpoint endpoint, RequestView request) {
    return endpoint.charges(request, POLICIES).stream()
        .collect(Collectors.toMap(Charge::quota, Charge::cost));
  }

  private Map<String, Long> costs(Class<?> type, String name) {
    return costs(read(type, name), request("/"));
  }

  @Quota("chat")
  @Quota(value = "image", cost = 2)
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static class Shop<T> {
    void plain() {}

    @Quota(value = "image", cost = 9)
    @Quota(value = "search", limits = "30 per minute")
    @QuotaErrors(ErrorFormat.PROBLEM)
    void own() {}

    @Quota(value = "image", cost = 4)
    void ask(T question) {}
  }

  private static final class BookShop extends Shop<String> {
    @Override
    void own() {}

    @Override
    void ask(String question) {}

    void more() {}
  }

  @Test
  void aMethodReplacesTheQuotaOfTheSameNameAndAddsOthers() {
    assertThat(costs(Shop.class, "plain")).isEqualTo(Map.of("chat", 1L, "image", 2L));
    assertThat(costs(Shop.class, "own")).isEqualTo(Map.of("chat", 1L, "image", 9L, "search", 1L));
    assertThat(read(Shop.class, "plain").errors()).isEqualTo(ErrorFormat.ANTHROPIC);
    assertThat(read(Shop.class, "own").errors()).isEqualTo(ErrorFormat.PROBLEM);
    assertThat(reader.read(Shop.class, method(Shop.class, "own")).definitions())
        .extracting(QuotaPolicy::name)
        .containsExactly("search");
  }

  @Test
  void anOverridingMethodAndItsClassHaveWhatTheyOverride() {
    assertThat(costs(BookShop.class, "own")).isEqualTo(costs(Shop.class, "own"));
    assertThat(read(BookShop.class, "own").errors()).isEqualTo(ErrorFormat.PROBLEM);
    assertThat(costs(BookShop.class, "more")).isEqualTo(costs(Shop.class, "plain"));
    assertThat(costs(BookShop.class, "ask")).isEqualTo(Map.of("chat", 1L, "image", 4L));
  }

  @Test
  void aStackHandsInWhatItFoundItself() {
    QuotaAnnotations onType = QuotaAnnotations.on(Shop.class);
    QuotaAnnotations onMethod = QuotaAnnotations.on(method(Shop.class, "own"));
    assertThat(costs(reader.read(onType).endpoint(), request("/")))
        .isEqualTo(costs(Shop.class, "plain"));
    assertThat(costs(reader.read(QuotaAnnotations.NONE, onMethod, "it").endpoint(), request("/")))
        .isEqualTo(Map.of("image", 9L, "search", 1L));
    assertThat(reader.read(QuotaAnnotations.NONE).endpoint().isFree()).isTrue();
  }

  private static final class Free {
    @QuotaErrors(ErrorFormat.ANTHROPIC)
    void ask() {}
  }

  @Test
  void theShapeOfRefusalsMeansNothingWhereNothingIsCharged() {
    assertThatThrownBy(() -> read(Free.class, "ask"))
        .hasMessageContaining("@QuotaErrors on the method ask of " + Free.class.getName())
        .hasMessageContaining("add @Quota, or remove it");
  }

  private static final class Neutral implements CostFunction<RequestView> {
    @Override
    public long costOf(RequestView request) {
      return request.parameter("n").map(Long::parseLong).orElse(1L);
    }
  }

  private static final class Own implements CostFunction<StackRequest> {
    @Override
    public long costOf(StackRequest request) {
      return request.tokens;
    }
  }

  private abstract static class Base<A, R> implements CostFunction<R> {}

  private static final class Deep extends Base<String, StackRequest> {
    @Override
    public long costOf(StackRequest request) {
      return request.tokens + 1;
    }
  }

  private static final class Anything implements CostFunction<Object> {
    @Override
    public long costOf(Object request) {
      return request instanceof StackRequest ? 3 : 0;
    }
  }

  private static final class Costs {
    @Quota(value = "chat", costFrom = Neutral.class)
    void neutral() {}

    @Quota(value = "chat", costFrom = Own.class)
    void own() {}

    @Quota(value = "chat", costFrom = Deep.class)
    void deep() {}

    @Quota(value = "chat", costFrom = Anything.class)
    void anything() {}
  }

  @Test
  void aCostFunctionReadsAnyRequestOrThatOfItsStack() {
    assertThat(costs(read(Costs.class, "neutral"), request("/a?m=2&n=%35&n=6")))
        .isEqualTo(Map.of("chat", 5L));
    assertThat(costs(Costs.class, "own")).isEqualTo(Map.of("chat", 7L));
    assertThat(costs(Costs.class, "deep")).isEqualTo(Map.of("chat", 8L));
    assertThat(costs(Costs.class, "anything")).isEqualTo(Map.of("chat", 3L));
  }

  private static final class Wrong extends Other<OtherRequest> {}

  private static class Other<R> implements CostFunction<R> {
    @Override
    public long costOf(R request) {
      return 1;
    }
  }

  private static final class NoConstructor implements CostFunction<RequestView> {
    private NoConstructor(String needed) {
      throw new IllegalStateException(needed);
    }

    @Override
    public long costOf(RequestView request) {
      return 1;
    }
  }

  private static final class Mistakes {
    @Quota(value = "chat", costFrom = Wrong.class)
    void otherStack() {}

    @Quota(value = "chat", costFrom = NoConstructor.class)
    void noConstructor() {}

    @Quota(value = "chat", cost = 2, costFrom = Neutral.class)
    void both() {}

    @Quota(value = "chat", cost = -1)
    void negative() {}

    @Quota(value = "chat", keyRequired = true)
    void keyRequired() {}

    @Quota(value = "chat", idempotent = true)
    @Quota("image")
    void half() {}
  }

  @Test
  void tellsEachMistake() {
    assertThatThrownBy(() -> read(Mistakes.class, "otherStack"))
        .hasMessageContaining("must read dev.quota.http.request.RequestView or ")
        .hasMessageContaining(StackRequest.class.getName())
        .hasMessageContaining("reads " + OtherRequest.class.getName());
    assertThatThrownBy(() -> read(Mistakes.class, "noConstructor"))
        .hasMessageContaining("needs a constructor without parameters");
    assertThatThrownBy(() -> read(Mistakes.class, "both"))
        .hasMessageContaining("has both cost and costFrom");
    assertThatThrownBy(() -> read(Mistakes.class, "negative"))
        .hasMessageContaining("cost must not be negative, was -1");
    assertThatThrownBy(() -> read(Mistakes.class, "keyRequired"))
        .hasMessageContaining("has keyRequired without idempotent");
    assertThatThrownBy(() -> read(Mistakes.class, "half"))
        .hasMessageContaining("idempotent must be set on all @Quota");
  }

  @Test
  void tellsARequestThatIsNotOfItsStack() {
    Endpoint endpoint = read(Costs.class, "own");
    assertThatThrownBy(() -> costs(endpoint, new View("/", Map.of(), "none")))
        .hasMessageContaining("needs a request of " + StackRequest.class.getName());
  }

  @Test
  void aRequestTellsItsQueryAndLength() {
    assertThat(request("/a").parameter("n")).isEmpty();
    assertThat(request("/a?").parameter("n")).isEmpty();
    assertThat(request("/a?n").parameter("n")).contains("");
    assertThat(request("/a?&&n=%zz&n=1").parameter("n")).contains("%zz");
    assertThat(request("/a?%6E=a+b%C3%A9").parameter("n")).contains("a bé");
    assertThat(request("/a?b=?n=1").parameter("n")).isEmpty();
    assertThat(length("12")).hasValue(12);
    assertThat(length("-1")).isEmpty();
    assertThat(length("1".repeat(40))).isEmpty();
    assertThat(request("/a").contentLength()).isEmpty();
  }

  private static OptionalLong length(String told) {
    return new View("/", Map.of("Content-Length", told), "none").contentLength();
  }

  private static final class Expressive {
    @Quota(value = "chat", costExpression = "#n", subjectExpression = "#who")
    @Quota(value = "tokens", cost = 2)
    void ask() {}

    @Quota(value = "chat", costExpression = "#n", cost = 2)
    void both() {}

    @Quota(value = "chat", subjectExpression = "#who", idempotent = true)
    void idempotent() {}
  }

  @Test
  void expressionsAreForLater() {
    DeclaredEndpoint read =
        reader.withExpressions().read(Expressive.class, method(Expressive.class, "ask"));
    assertThat(read.endpoint().charges(request("/"), POLICIES))
        .containsExactly(new Charge("chat", 0), new Charge("tokens", 0));
    assertThat(read.deferred().get(0).costExpression()).isEqualTo("#n");
    assertThat(read.deferred().get(0).subjectExpression()).isEqualTo("#who");
    assertThat(read.deferred().get(1).cost().charge(request("/"), POLICIES))
        .isEqualTo(new Charge("tokens", 2));
  }

  @Test
  void expressionsAreRefusedWhereNobodyReadsThem() {
    assertThatThrownBy(() -> reader.read(Expressive.class, method(Expressive.class, "ask")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "@Quota(\"chat\") has costExpression, but there is no expression language here");
    EndpointReader expressive = reader.withExpressions();
    assertThatThrownBy(() -> expressive.read(Expressive.class, method(Expressive.class, "both")))
        .hasMessage("@Quota(\"chat\") has both costExpression and cost; keep one");
    assertThatThrownBy(
            () -> expressive.read(Expressive.class, method(Expressive.class, "idempotent")))
        .hasMessageContaining("subjectExpression, which is known after the Idempotency-Key");
  }
}
