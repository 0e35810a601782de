namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the parameters of macros and of what a call block gives.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Reads their defaults.</param>
internal sealed class ParameterParser(TokenReader tokens, ExpressionParser expressions)
{
    /// <summary>Parameters in parentheses.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public List<(string Name, Expression? Default)> Read()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        tokens.RequireOperator("(");
        while (!tokens.SkipsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.RequireOperator(",");
            }

            var name = tokens.Require(TokenKind.Name).Text;
            parameters.Add((name, tokens.SkipsOperator("=") ? expressions.Full()
                : parameters.Exists(parameter => parameter.Default is not null) ? throw tokens.Fault("A parameter without a default follows one with it")
                : null));
        }

        return parameters;
    }
}
