package example.chat;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

@Configuration
class Security {

  @Bean
  SecurityFilterChain web(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(
            requests ->
                requests.requestMatchers("/quota/**").permitAll().anyRequest().authenticated())
        .httpBasic(Customizer.withDefaults())
        .csrf(AbstractHttpConfigurer::disable) // Only because curl is the client of this example.
        .build();
  }

  /** The authority PLAN_pro means the plan pro of quotas.yaml. */
  @Bean
  UserDetailsService people() {
    return new InMemoryUserDetailsManager(
        User.withUsername("alice").password("{noop}secret").authorities("PLAN_free").build(),
        User.withUsername("bob").password("{noop}secret").authorities("PLAN_pro").build());
  }
}
