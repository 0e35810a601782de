using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class TensorMapTests
{
    private readonly TensorMap<string> map = new[] { "b", "a", "B", "a.b" }.ToTensorMap(name => name, name => $"value of {name}");

    [Fact]
    public void Names_and_values_come_in_ordinal_order()
    {
        Assert.Equal(["B", "a", "a.b", "b"], map.Keys);
        Assert.Equal(["value of B", "value of a", "value of a.b", "value of b"], map.Values);
        Assert.Equal(map.Keys.Zip(map.Values), map.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void A_value_is_found_by_its_name_alone()
    {
        Assert.Equal("value of a.b", map["a.b"]);
        Assert.True(map.ContainsKey("B"));
        Assert.Null(map.GetValueOrDefault("A"));
        Assert.False(map.TryGetValue("", out _));
        Assert.Throws<KeyNotFoundException>(() => map["A"]);
    }

    [Fact]
    public void Two_values_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => new[] { "a", "b", "a" }.ToTensorMap(name => name, name => name));

    [Fact]
    public void Other_values_share_the_names_and_a_part_keeps_its_own()
    {
        Assert.Same(map.Names, map.Map(value => value.ToUpperInvariant()).Names);
        Assert.Same(map, map.Only(_ => true));
        Assert.Equal(["a", "a.b"], map.Only(name => name.StartsWith('a')).Keys);
        Assert.True(map.Only(_ => false).IsEmpty);
    }

    [Fact]
    public void What_was_changed_in_a_builder_is_in_the_next_map()
    {
        var builder = map.ToBuilder();
        builder.Remove("B");
        builder["c"] = "new";

        Assert.Equal(["a", "a.b", "b", "c"], builder.ToTensorMap().Keys);
        Assert.Equal(4, map.Count);
        Assert.False(map.ContainsKey("c"));
    }
}
