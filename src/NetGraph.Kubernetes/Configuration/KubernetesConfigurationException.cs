namespace NetGraph.Kubernetes.Configuration;

/// <summary>The settings by which the API server is reached cannot be used. The message is a sentence that says what is wrong and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class KubernetesConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
