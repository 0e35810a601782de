using MergeOps.Methods;
using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>Parameters are known by their objects, whoever asks for them first.</summary>
public sealed class TaskVectorParameterTests
{
    [Fact]
    public void Threads_that_read_recipes_at_once_get_the_same_parameters()
    {
        for (var round = 0; round < 200; round++)
        {
            MergeMethod method = new Ties();
            using var start = new Barrier(4);
            var parameters = new IReadOnlyList<ParameterDeclaration>[start.ParticipantCount];
            var threads = Enumerable.Range(0, parameters.Length).Select(place => new Thread(() =>
            {
                start.SignalAndWait();
                parameters[place] = method.Parameters;
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            Assert.All(parameters, asked => Assert.All(asked.Zip(parameters[0]), pair => Assert.Same(pair.First, pair.Second)));
        }
    }
}
