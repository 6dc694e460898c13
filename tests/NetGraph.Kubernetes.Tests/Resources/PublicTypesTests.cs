using System.Reflection;
using System.Text.Json.Serialization;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes.Tests.Resources;

public sealed class PublicTypesTests
{
    // The generator of another assembly's JSON context makes them by name; this assembly sees internals, so that a context here would not notice.
    [Fact]
    public void Other_assemblies_can_describe_kinds_of_their_own()
    {
        var converters = typeof(ObjectMeta).Assembly.GetExportedTypes().SelectMany(type => type.GetProperties()).Select(property => property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType).OfType<Type>().Distinct().ToList();
        Assert.NotEmpty(converters);
        Assert.All(converters, converter => Assert.True(converter.IsPublic, converter.Name));
    }
}
