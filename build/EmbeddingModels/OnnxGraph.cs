using Google.Protobuf;

namespace EmbeddingModels;

/// <summary>What a graph in ONNX says of its weights.</summary>
/// <param name="Initializers">The stored tensors of 32-bit floats.</param>
/// <param name="Nodes">The operations, in the graph's order.</param>
/// <remarks>Field numbers of <c>onnx.proto</c>: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto</remarks>
internal sealed record OnnxGraph(IReadOnlyList<OnnxTensor> Initializers, IReadOnlyList<OnnxNode> Nodes)
{
    private const int GraphOfModel = 7;
    private const int NodeOfGraph = 1;
    private const int InitializerOfGraph = 5;
    private const int InputOfNode = 1;
    private const int OutputOfNode = 2;
    private const int OperatorOfNode = 4;
    private const int DimensionsOfTensor = 1;
    private const int TypeOfTensor = 2;
    private const int NameOfTensor = 8;
    private const int BytesOfTensor = 9;
    private const int TypeOfFloats = 1;

    /// <summary>Reads a model's file.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no such file.</exception>
    public static OnnxGraph Read(byte[] model)
    {
        List<OnnxTensor> initializers = [];
        List<OnnxNode> nodes = [];
        foreach (var graph in Messages(ByteString.CopyFrom(model), GraphOfModel))
        {
            nodes.AddRange(Messages(graph, NodeOfGraph).Select(Node));
            initializers.AddRange(Messages(graph, InitializerOfGraph).Select(Tensor).OfType<OnnxTensor>());
        }

        return new OnnxGraph(initializers, nodes);
    }

    private static OnnxNode Node(ByteString message) => new(
        [.. Messages(message, InputOfNode).Select(text => text.ToStringUtf8())],
        [.. Messages(message, OutputOfNode).Select(text => text.ToStringUtf8())],
        Messages(message, OperatorOfNode).Single().ToStringUtf8());

    private static OnnxTensor? Tensor(ByteString message)
    {
        List<long> shape = [];
        var type = 0;
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (DimensionsOfTensor, WireFormat.WireType.Varint):
                    shape.Add(input.ReadInt64());
                    break;
                case (DimensionsOfTensor, WireFormat.WireType.LengthDelimited):
                    var packed = input.ReadBytes().CreateCodedInput();
                    while (!packed.IsAtEnd)
                    {
                        shape.Add(packed.ReadInt64());
                    }

                    break;
                case (TypeOfTensor, _):
                    type = input.ReadInt32();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        // numbers of steps and masks are integers
        return type == TypeOfFloats
            ? new OnnxTensor(Messages(message, NameOfTensor).Single().ToStringUtf8(), [.. shape], Messages(message, BytesOfTensor).Single().Memory)
            : null;
    }

    private static IEnumerable<ByteString> Messages(ByteString message, int field)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
            {
                yield return input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}

/// <summary>An operation.</summary>
/// <param name="Inputs">The names of what it takes.</param>
/// <param name="Outputs">The names of what it makes.</param>
/// <param name="Operator">Which one it is.</param>
internal sealed record OnnxNode(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, string Operator);

/// <summary>A stored tensor.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Floats">Its elements, row by row, as the file has them: little-endian float32.</param>
internal sealed record OnnxTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Floats);
