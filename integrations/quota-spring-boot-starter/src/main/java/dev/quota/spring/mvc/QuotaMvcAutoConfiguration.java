package dev.quota.spring.mvc;

import dev.quota.Quotas;
import dev.quota.http.Endpoint;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.message.QuotaMessages;
import dev.quota.servlet.EndpointResolver;
import dev.quota.servlet.QuotaFilter;
import dev.quota.servlet.QuotaFilterBuilder;
import dev.quota.servlet.SubjectResolver;
import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaFilterCustomizer;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.QuotaMethodAutoConfiguration;
import dev.quota.spring.security.QuotaSecurityAutoConfiguration;
import dev.quota.spring.security.QuotaSecurityConfiguration;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;

/**
 * Quotas for Spring MVC: the filter, the state endpoints, and the check of all handlers at the
 * start.
 */
@AutoConfiguration(
    after = {
      QuotaAutoConfiguration.class,
      QuotaMethodAutoConfiguration.class,
      QuotaSecurityAutoConfiguration.class
    })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, Filter.class})
@Import(QuotaSecurityConfiguration.class)
public class QuotaMvcAutoConfiguration {

  /** For Spring alone. */
  public QuotaMvcAutoConfiguration() {}

  @Bean
  HandlerLookup quotaHandlerLookup(ApplicationContext context) {
    return new HandlerLookup(context);
  }

  @Bean
  HandlerEndpoints quotaHandlerEndpoints(
      HandlerLookup lookup, Quotas quotas, BeanFactory beans, EndpointListing listing) {
    return new HandlerEndpoints(lookup, quotas, beans, listing);
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE - 1)
  CurrentSubject quotaRequestCaller(SubjectResolver subjects) {
    return new RequestCaller(subjects);
  }

  @Bean
  HandlerScan quotaHandlerScan(
      ApplicationContext context, HandlerLookup lookup, HandlerEndpoints endpoints) {
    return new HandlerScan(context, lookup, endpoints);
  }

  /** Without Spring Security: the principal of the container, else the address. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass(QuotaSecurityConfiguration.SECURITY)
  static class WithoutSecurity {

    @Bean
    @ConditionalOnMissingBean
    SubjectResolver quotaSubjectResolver() {
      return SubjectResolver.principalOrAddress();
    }
  }

  /**
   * Creates a builder for each filter, with the settings of properties and beans.
   *
   * @param properties the settings
   * @param quotas the engine
   * @param subjects find who is charged
   * @param endpoints find what handlers cost
   * @param own resolvers of the application, which are called before annotations are read
   * @param dialect replaces the property {@code quota.headers}
   * @param messages replace the default messages
   * @param customizers are called last
   * @return the builder
   */
  @Bean
  @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
  @ConditionalOnMissingBean
  QuotaFilterBuilder quotaFilterBuilder(
      QuotaProperties properties,
      Quotas quotas,
      SubjectResolver subjects,
      HandlerEndpoints endpoints,
      ObjectProvider<EndpointResolver> own,
      ObjectProvider<HeaderDialect> dialect,
      ObjectProvider<QuotaMessages> messages,
      ObjectProvider<QuotaFilterCustomizer> customizers) {
    QuotaFilterBuilder builder =
        QuotaFilter.builder(quotas)
            .subjects(subjects)
            .additionalEndpoints(all(own, endpoints))
            .base(properties.basePath())
            .headers(dialect.getIfAvailable(() -> properties.headers().dialect()))
            .pageStyle(properties.pageStyle())
            .refundFailed(properties.refundFailed())
            .refundOn(properties.refundOn().toArray(String[]::new))
            .sharedConversations(properties.sharedConversations());
    applyOptional(properties, builder);
    messages.ifAvailable(builder::messages);
    customizers.orderedStream().forEach(it -> it.customize(builder));
    return builder;
  }

  /**
   * Creates the filter.
   *
   * @param builder the builder
   * @return the filter
   */
  @Bean
  @ConditionalOnMissingBean
  QuotaFilter quotaFilter(QuotaFilterBuilder builder) {
    return builder.build();
  }

  /** Returns a resolver that uses those of the application first, and then annotations. */
  private static EndpointResolver all(
      ObjectProvider<EndpointResolver> own, HandlerEndpoints endpoints) {
    List<EndpointResolver> resolvers =
        Stream.concat(own.orderedStream().filter(it -> it != endpoints), Stream.of(endpoints))
            .toList();
    return resolvers.size() == 1
        ? endpoints
        : request ->
            resolvers.stream()
                .map(it -> it.resolve(request))
                .filter(it -> !it.isFree())
                .findFirst()
                .orElse(Endpoint.FREE);
  }

  private static void applyOptional(QuotaProperties properties, QuotaFilterBuilder builder) {
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

  /**
   * Registers the filter for all kinds of dispatches, by default after all filters with an order.
   *
   * @param filter the filter
   * @param properties the properties with its order
   * @return the registration
   */
  @Bean
  @ConditionalOnMissingBean(name = "quotaFilterRegistration")
  public FilterRegistrationBean<QuotaFilter> quotaFilterRegistration(
      QuotaFilter filter, QuotaProperties properties) {
    FilterRegistrationBean<QuotaFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setName("quota");
    registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    registration.setOrder(properties.filter().order());
    return registration;
  }

  @Bean
  FilterRegistrationBean<CrossOriginFilter> quotaCrossOriginFilterRegistration(
      HandlerLookup lookup, HandlerEndpoints endpoints, QuotaProperties properties) {
    FilterRegistrationBean<CrossOriginFilter> registration =
        new FilterRegistrationBean<>(new CrossOriginFilter(lookup, endpoints));
    registration.setName("quotaCrossOrigin");
    registration.setDispatcherTypes(DispatcherType.REQUEST);
    int order = properties.filter().order();
    registration.setOrder(order == Integer.MIN_VALUE ? order : order - 1);
    return registration;
  }

  /**
   * Registers the state endpoints and the web component.
   *
   * @param filter the filter with their servlet
   * @param properties the properties with their path
   * @return the registration
   */
  @Bean
  @ConditionalOnMissingBean(name = "quotaStateServletRegistration")
  public ServletRegistrationBean<HttpServlet> quotaStateServletRegistration(
      QuotaFilter filter, QuotaProperties properties) {
    ServletRegistrationBean<HttpServlet> registration =
        new ServletRegistrationBean<>(filter.stateServlet(), properties.basePath() + "/*");
    registration.setName("quota");
    registration.setLoadOnStartup(1);
    return registration;
  }

  /** Such beans reach all mappings, also where the application configures Spring MVC itself. */
  @Bean
  MappedInterceptor quotaUnchargedGuard(HandlerEndpoints endpoints) {
    return new MappedInterceptor((String[]) null, new UnchargedGuard(endpoints));
  }

  @Bean
  MappedInterceptor quotaDeferredCharging(HandlerEndpoints endpoints) {
    return new MappedInterceptor((String[]) null, new DeferredCharging(endpoints));
  }

  @Bean
  RefusalResolver quotaRefusalResolver(
      ObjectProvider<QuotaFilter> filter, ApplicationContext context) {
    return new RefusalResolver(filter::getObject, new OwnRefusalHandlers(context));
  }

  @Bean
  WebMvcConfigurer quotaWebMvcConfigurer() {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new ExchangeArgumentResolver());
      }
    };
  }
}
