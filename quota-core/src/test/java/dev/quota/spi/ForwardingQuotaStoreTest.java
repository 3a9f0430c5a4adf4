package dev.quota.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.store.Accuracy;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A method that QuotaStore gets and that is not passed on would be answered by its default. */
final class ForwardingQuotaStoreTest {

  private static final StoreReply REPLY =
      new StoreReply(StoreReply.Outcome.DONE, Instant.EPOCH, Accuracy.EXACT, List.of());

  static Stream<Method> methods() {
    return Arrays.stream(QuotaStore.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void passesOnEveryMethodAndItsAnswer(Method method) throws Exception {
    List<String> heard = new ArrayList<>();
    Object answer = answer(method.getReturnType());
    QuotaStore other =
        (QuotaStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {QuotaStore.class},
                (proxy, called, args) -> {
                  heard.add(called.toString());
                  return answer;
                });

    Object got =
        method.invoke(new ForwardingQuotaStore(other) {}, new Object[method.getParameterCount()]);

    assertThat(heard)
        .as("ForwardingQuotaStore must override %s and pass it on", method)
        .containsExactly(method.toString());
    assertThat(got).isEqualTo(answer);
  }

  private static Object answer(Class<?> type) {
    if (type == boolean.class) {
      return false; // not the default of isRemote
    }
    if (type == Set.class) {
      return Set.of(StoreCapability.GRANTS);
    }
    if (type == CompletionStage.class) {
      return CompletableFuture.completedFuture(REPLY);
    }
    if (type == StoreHealth.class) {
      return new StoreHealth("other", true, "Well.");
    }
    return type == StoreReply.class ? REPLY : null;
  }
}
