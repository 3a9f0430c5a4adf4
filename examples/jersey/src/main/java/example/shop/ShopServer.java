package example.shop;

import dev.quota.Quotas;
import dev.quota.jaxrs.QuotaFeature;
import dev.quota.source.PolicySource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

public final class ShopServer {

  private ShopServer() {}

  public static void main(String[] args) throws Exception {
    try (Quotas quotas = quotas()) {
      start(8080, quotas).join();
    }
  }

  static Quotas quotas() {
    return Quotas.builder().policySource(PolicySource.classPath("quotas.yaml")).build();
  }

  static Server start(int port, Quotas quotas) throws Exception {
    ResourceConfig application =
        new ResourceConfig(ChatResource.class).register(QuotaFeature.of(quotas));
    ServletHolder jersey = new ServletHolder(new ServletContainer(application));
    jersey.setInitOrder(1); // Mistakes in annotations stop the start.
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(jersey, "/*");
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    server.setHandler(context);
    server.start();
    return server;
  }
}
