package example.assistant;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/** Takes the API key of an SDK for the name of the person. */
@Configuration
class ApiKeys {

  @Bean
  @Order(1)
  SecurityFilterChain sdks(HttpSecurity http) throws Exception {
    return http.securityMatcher("/v1/**")
        .csrf(it -> it.disable())
        .addFilterBefore(ApiKeys::signIn, AnonymousAuthenticationFilter.class)
        .build();
  }

  private static void signIn(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String key = ((HttpServletRequest) request).getHeader("Authorization").replace("Bearer ", "");
    SecurityContextHolder.getContext()
        .setAuthentication(UsernamePasswordAuthenticationToken.authenticated(key, "", List.of()));
    chain.doFilter(request, response);
  }
}
