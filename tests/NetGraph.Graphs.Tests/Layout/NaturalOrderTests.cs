using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Layout;

namespace NetGraph.Graphs.Tests.Layout;

public sealed class NaturalOrderTests
{
    [Fact]
    public void Orders_runs_of_digits_by_their_value()
    {
        string[] names = ["h10", "h2", "h1", "rack-a-11", "rack-a-9", "h02", "h", "", "99999999999999999999999", "100"];

        Assert.Equal(["", "100", "99999999999999999999999", "h", "h1", "h02", "h2", "h10", "rack-a-9", "rack-a-11"], names.Order(NaturalOrder.Instance));
    }

    [Fact]
    public void Is_a_total_order()
    {
        var name = Gen.Elements('a', 'b', '0', '1', '2', '-').ArrayOf().Select(letters => new string(letters)).ToArbitrary();
        Prop.ForAll(name, name, name, (x, y, z) =>
        {
            var order = NaturalOrder.Instance;
            Assert.Equal(Math.Sign(order.Compare(x, y)), -Math.Sign(order.Compare(y, x)));
            Assert.Equal(x == y, order.Compare(x, y) == 0);
            if (order.Compare(x, y) <= 0 && order.Compare(y, z) <= 0) Assert.True(order.Compare(x, z) <= 0, $"'{x}' '{y}' '{z}'");
        }).QuickCheckThrowOnFailure();
    }
}
