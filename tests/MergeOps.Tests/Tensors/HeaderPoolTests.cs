using System.Text;
using MergeOps.Tensors;
using MergeOps.TestHub.Models;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class HeaderPoolTests
{
    private readonly HeaderPool pool = new();

    [Theory]
    [InlineData("")]
    [InlineData("model.layers.0.mlp.up_proj.weight")]
    [InlineData("ключ")]
    [InlineData("😀")]
    public void The_same_text_is_the_same_object(string text)
    {
        var first = pool.Text(Encoding.UTF8.GetBytes(text));

        Assert.Equal(text, first);
        Assert.Same(first, pool.Text(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Thousands_of_texts_are_kept_apart_and_found_again()
    {
        var texts = Enumerable.Range(0, 5000).Select(i => pool.Text(Encoding.UTF8.GetBytes($"layer {i} é"))).ToList();

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"layer {i} é"), texts);
        Assert.All(texts, (text, i) => Assert.Same(text, pool.Text(Encoding.UTF8.GetBytes($"layer {i} é"))));
    }

    [Fact]
    public void Equal_shapes_are_one_array()
    {
        var shape = pool.Shape([3, 4]);

        Assert.Equal(shape, pool.Shape([3, 4]));
        Assert.Equal([3UL, 4], shape);
        Assert.NotEqual(shape, pool.Shape([4, 3]));
        Assert.Equal([], pool.Shape([]));
    }

    [Fact]
    public void A_pool_beside_another_one_gives_what_that_has_and_keeps_the_rest_to_itself()
    {
        var (text, shape) = (pool.Text("model.norm.weight"u8), pool.Shape([3, 4]));
        pool.Signed(shape) = [3, 4];
        var names = pool.Names(["a", "b"]);

        var (one, other) = (pool.Beside(), pool.Beside());

        Assert.Same(text, one.Text("model.norm.weight"u8));
        Assert.Equal(shape, one.Shape([3, 4]));
        Assert.Equal([3, 4], one.Signed(shape));
        Assert.Same(names, one.Names(["a", "b"]));
        Assert.Same(one.Text("lm_head.weight"u8), one.Text("lm_head.weight"u8));
        Assert.NotSame(one.Text("lm_head.weight"u8), other.Text("lm_head.weight"u8));
        Assert.NotSame(one.Names(["a", "c"]), other.Names(["a", "c"]));
    }

    [Fact]
    public void Models_with_the_same_names_share_them()
    {
        using var folder = new TemporaryFolder();
        var paths = new[] { "one.safetensors", "two.safetensors" };
        foreach (var path in paths)
        {
            File.WriteAllBytes(folder[path], [.. SafetensorsStart.Of([("w", [2, 2]), ("v", [2, 2])]), .. new byte[16]]);
        }

        var headers = paths.Select(path => SafetensorsHeaderReader.Read(folder[path], path, pool)).ToList();

        Assert.All(headers[0].Tensors.Zip(headers[1].Tensors), pair => Assert.Same(pair.First.Name, pair.Second.Name));
        Assert.Equal(headers[0].Tensors[0].Shape, headers[1].Tensors[1].Shape);
    }

    [Fact]
    public void Checkpoints_with_the_same_names_share_their_order()
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, names) in new[] { ("one", new[] { "w", "v" }), ("two", ["v", "w"]), ("three", ["v", "x"]) })
        {
            folder.Write($"{path}.safetensors", SafetensorsBytes.WithTensors([.. names.Select(name => (name, 2))]));
        }

        var checkpoints = new[] { "one", "two", "three" }.Select(path => CheckpointReader.Open(folder[$"{path}.safetensors"], [ComponentName.Own], [], null, pool)).ToList();

        Assert.Same(checkpoints[0].Tensors.Names, checkpoints[1].Tensors.Names);
        Assert.Equal(["v", "x"], checkpoints[2].Tensors.Keys);
    }
}
