using System.Runtime.InteropServices;
using EmbeddingModels;
using Google.Protobuf;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>The weights of a network that was exported to ONNX, under the names and in the layout that transformers gives them.</summary>
public sealed class ExportedWeightsTests
{
    [Theory]
    [InlineData("onnx::MatMul_7")]
    [InlineData("937")]
    public void A_linear_layers_matrix_takes_its_biases_name_and_is_turned(string anonymous)
    {
        var graph = Message(
            Node("MatMul", ["x", anonymous], "product"),
            Node("Add", ["layer.query.bias", "product"], "y"),
            Tensor("layer.query.bias", [3], [7, 8, 9]),
            Tensor(anonymous, [2, 3], [1, 2, 3, 4, 5, 6]));

        var weights = TransformersWeights.Of(OnnxGraph.Read(Model(graph))).ToDictionary(tensor => tensor.Name);

        Assert.Equal(["layer.query.bias", "layer.query.weight"], weights.Keys.Order());
        Assert.Equal([3, 2], weights["layer.query.weight"].Shape);
        Assert.Equal([1f, 4, 2, 5, 3, 6], Floats(weights["layer.query.weight"]));
        Assert.Equal([7f, 8, 9], Floats(weights["layer.query.bias"]));
    }

    [Fact]
    public void Which_layer_a_matrix_belongs_to_does_not_depend_on_the_order_of_the_operations()
    {
        var graph = Message(
            Node("MatMul", ["x", "onnx::MatMul_2"], "second"),
            Node("MatMul", ["x", "onnx::MatMul_1"], "first"),
            Node("Add", ["first", "key.bias"], "k"),
            Node("Add", ["second", "value.bias"], "v"),
            Tensor("key.bias", [1], [0]),
            Tensor("value.bias", [1], [0]),
            Tensor("onnx::MatMul_1", [1, 1], [10]),
            Tensor("onnx::MatMul_2", [1, 1], [20]));

        var weights = TransformersWeights.Of(OnnxGraph.Read(Model(graph))).ToDictionary(tensor => tensor.Name);

        Assert.Equal([10f], Floats(weights["key.weight"]));
        Assert.Equal([20f], Floats(weights["value.weight"]));
    }

    [Fact]
    public void A_matrix_that_no_layer_uses_is_named()
    {
        var graph = OnnxGraph.Read(Model(Tensor("onnx::MatMul_3", [1, 1], [1])));

        Assert.Contains("onnx::MatMul_3", Assert.Throws<InvalidDataException>(() => TransformersWeights.Of(graph).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_are_no_weights() =>
        Assert.Empty(OnnxGraph.Read(Model(Tensor("embeddings.position_ids", [1], [1], type: 7))).Initializers);

    private static float[] Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Floats.Span).ToArray();

    // onnx.proto: the graph is field 7 of a model; its nodes are field 1, its initializers field 5
    private static byte[] Model(byte[] graph) => Field(7, graph);

    private static byte[] Node(string kind, string[] inputs, string output) =>
        Field(1, Message([.. inputs.Select(input => Field(1, Text(input))), Field(2, Text(output)), Field(4, Text(kind))]));

    private static byte[] Tensor(string name, long[] shape, float[] values, int type = 1) =>
        Field(5, Message([.. shape.Select(size => Number(1, size)), Number(2, type), Field(8, Text(name)), Field(9, MemoryMarshal.AsBytes<float>(values).ToArray())]));

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Number(int field, long value) => Written(stream =>
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(value);
    });

    private static byte[] Field(int field, byte[] content) => Written(stream =>
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(content));
    });

    private static byte[] Written(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var stream = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(stream);
        }

        return memory.ToArray();
    }
}
