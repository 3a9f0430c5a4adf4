package dev.quota.spring.webflux;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.message.QuotaMessages;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.QuotaMethodAutoConfiguration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;

/** Quotas for Spring WebFlux: the filters, and the check of all handlers at the start. */
@AutoConfiguration(
    after = {QuotaAutoConfiguration.class, QuotaMethodAutoConfiguration.class},
    afterName = "dev.quota.spring.security.QuotaReactiveSecurityAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
public class QuotaWebFluxAutoConfiguration {

  /** For Spring alone. */
  public QuotaWebFluxAutoConfiguration() {}

  /**
   * Creates {@link QuotaHttp}.
   *
   * @param properties the settings
   * @param quotas the engine
   * @param dialect replaces the property {@code quota.headers}
   * @param messages replace the default messages
   * @param customizers are called last
   * @return the instance
   */
  @Bean
  @ConditionalOnMissingBean
  public QuotaHttp quotaHttp(
      QuotaProperties properties,
      Quotas quotas,
      ObjectProvider<HeaderDialect> dialect,
      ObjectProvider<QuotaMessages> messages,
      ObjectProvider<QuotaHttpCustomizer> customizers) {
    QuotaHttpBuilder builder =
        QuotaHttp.builder(quotas)
            .headers(dialect.getIfAvailable(() -> properties.headers().dialect()))
            .pageStyle(properties.pageStyle())
            .refundFailed(properties.refundFailed())
            .refundOn(properties.refundOn().toArray(String[]::new))
            .sharedConversations(properties.sharedConversations());
    applyOptional(properties, builder);
    messages.ifAvailable(builder::messages);
    customizers.orderedStream().forEach(it -> it.customize(builder));
    return builder.build();
  }

  private static void applyOptional(QuotaProperties properties, QuotaHttpBuilder builder) {
    if (properties.conversationSecret() != null) {
      builder.conversationSecret(properties.conversationSecret().getBytes(StandardCharsets.UTF_8));
    }
    if (properties.newConversations() != null) {
      builder.newConversations(properties.newConversations());
    }
    if (properties.retryAfterCeiling() != null) {
      builder.retryAfterCeiling(properties.retryAfterCeiling());
    }
    if (properties.idempotencyWindow() != null) {
      builder.idempotencyWindow(properties.idempotencyWindow());
    }
  }

  /** Without Spring Security: the principal, else the address. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass(
      "org.springframework.security.core.context.ReactiveSecurityContextHolder")
  static class WithoutSecurity {

    @Bean
    @ConditionalOnMissingBean
    ReactiveSubjectResolver quotaReactiveSubjectResolver() {
      return new AddressSubjects();
    }
  }

  @Bean
  HandlerLookup quotaReactiveHandlerLookup(ApplicationContext context) {
    return new HandlerLookup(() -> mappings(context));
  }

  /** Returns the mappings of the DispatcherHandler, in its order. */
  private static List<HandlerMapping> mappings(ApplicationContext context) {
    List<HandlerMapping> all =
        new ArrayList<>(
            BeanFactoryUtils.beansOfTypeIncludingAncestors(
                    context, HandlerMapping.class, true, false)
                .values());
    all.removeIf(UnchargedGuard.class::isInstance);
    AnnotationAwareOrderComparator.sort(all);
    return all;
  }

  @Bean
  HandlerEndpoints quotaReactiveHandlerEndpoints(
      Quotas quotas, BeanFactory beans, EndpointListing listing) {
    return new HandlerEndpoints(quotas, beans, listing);
  }

  @Bean
  DeferredHandlerAdapter quotaDeferredHandlerAdapter(
      HandlerEndpoints endpoints, ObjectProvider<RequestMappingHandlerAdapter> binding) {
    return new DeferredHandlerAdapter(endpoints, binding::getObject);
  }

  @Bean
  HandlerScan quotaReactiveHandlerScan(
      ApplicationContext context, HandlerLookup lookup, HandlerEndpoints endpoints) {
    return new HandlerScan(context, lookup, endpoints);
  }

  @Bean
  SmartInitializingSingleton quotaHttpStart(QuotaHttp http) {
    return http::start;
  }

  @Bean
  RefusalHandler quotaReactiveRefusalHandler(QuotaHttp http) {
    return new RefusalHandler(http);
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE - 1)
  RequestCaller quotaReactiveRequestCaller() {
    return new RequestCaller();
  }

  @Bean
  UnchargedGuard quotaUnchargedGuard(HandlerLookup lookup, HandlerEndpoints endpoints) {
    return new UnchargedGuard(lookup, endpoints);
  }

  @Bean
  QuotaWebFilter quotaWebFilter(
      QuotaHttp http,
      HandlerLookup lookup,
      HandlerEndpoints endpoints,
      ReactiveSubjectResolver subjects,
      QuotaProperties properties) {
    return new QuotaWebFilter(http, lookup, endpoints, subjects, properties.filter().order());
  }

  @Bean
  StateWebFilter quotaStateWebFilter(
      QuotaHttp http, ReactiveSubjectResolver subjects, QuotaProperties properties) {
    return new StateWebFilter(
        http,
        subjects,
        QuotaHttpBuilder.requireBase(properties.basePath()),
        properties.filter().order());
  }

  @Bean
  WebFluxConfigurer quotaWebFluxConfigurer(HandlerEndpoints endpoints) {
    return new WebFluxConfigurer() {
      @Override
      public void configureArgumentResolvers(ArgumentResolverConfigurer resolvers) {
        resolvers.addCustomResolver(
            new ExchangeArgumentResolver(), new ReservationArgumentResolver(endpoints));
      }
    };
  }
}
