using System.Collections.Immutable;
using MergeOps.Methods.Operators;
using Mono.Cecil;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.House;

/// <summary>
/// A number that TorchSharp drops while libtorch reads it may be another one by then. Which of its methods do so is read from its
/// own code, so that a new version is looked at anew.
/// </summary>
public sealed class ScalarLifetimeTests
{
    [Fact]
    public void The_library_calls_nothing_that_drops_a_number_while_libtorch_reads_it()
    {
        var dropping = DroppingMethods();
        using var library = ModuleDefinition.ReadModule(typeof(Scalars).Assembly.Location);
        var calls =
            from call in CompiledCalls.Of(library)
            where call.Caller.DeclaringType.FullName != typeof(Scalars).FullName
            where IsNumberMaker(call.Called.FullName) || dropping.Contains(call.Called.FullName)
            select $"{call.Caller.FullName} calls {call.Called.FullName}; write the number with {nameof(Scalars)}";

        Assert.Contains("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::add_(TorchSharp.torch/Tensor)", dropping);
        Assert.DoesNotContain("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::add_(TorchSharp.torch/Tensor,TorchSharp.Scalar)", dropping);
        Assert.Empty(calls);
    }

    // those that make a number, and those that call one of them and take no part in how long it lives
    private static ImmutableHashSet<string> DroppingMethods()
    {
        using var bindings = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        var calls = CompiledCalls.Of(bindings).ToLookup(call => call.Called.FullName, call => call.Caller.FullName);
        var found = new Queue<string>(calls.Where(callers => IsNumberMaker(callers.Key)).SelectMany(callers => callers));
        var dropping = ImmutableHashSet.CreateBuilder<string>();
        while (found.TryDequeue(out var method))
        {
            if (!IsNumberMaker(method) && dropping.Add(method))
            {
                foreach (var caller in calls[method])
                {
                    found.Enqueue(caller);
                }
            }
        }

        return dropping.ToImmutable();
    }

    private static bool IsNumberMaker(string method) =>
        method.StartsWith($"{typeof(Scalar).FullName} {typeof(Scalar).FullName}::op_Implicit(", StringComparison.Ordinal)
        || method.StartsWith($"{typeof(Scalar).FullName} {typeof(ScalarExtensionMethods).FullName}::", StringComparison.Ordinal);
}
