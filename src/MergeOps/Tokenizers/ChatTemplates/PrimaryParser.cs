using System.Globalization;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads names, constants, lists, dictionaries and what stands in parentheses.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Reads the expressions inside.</param>
internal sealed class PrimaryParser(TokenReader tokens, ExpressionParser expressions)
{
    /// <summary>The value that begins at the current piece.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Expression Read()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Constant(true, token.Line),
                    "false" or "False" => new Expression.Constant(false, token.Line),
                    "none" or "None" => new Expression.Constant(null, token.Line),
                    "varargs" or "kwargs" => throw new TemplateFault($"'{token.Text}' has no exact implementation here", token.Line),
                    _ => new Expression.Name(token.Text, token.Line),
                };
            case TokenKind.String:
                var text = token.Text;
                while (tokens.Current.Kind == TokenKind.String)
                {
                    text += tokens.Take().Text;
                }

                return new Expression.Constant(text, token.Line);
            case TokenKind.Integer:
                return new Expression.Constant(Integer(token), token.Line);
            case TokenKind.Float:
                return new Expression.Constant(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new Expression.List(Items("]"), IsTuple: false, token.Line);
            case TokenKind.Operator when token.Text == "{":
                return Dictionary(token.Line);
            default:
                throw new TemplateFault($"There is '{token.Text.Trim()}' where a value belongs", token.Line);
        }
    }

    /// <summary>The number that a piece stands for.</summary>
    /// <exception cref="TemplateFault">It has more than 64 bits.</exception>
    public static long Integer(TemplateToken token)
    {
        try
        {
            return token.Text.Length > 1 && char.ToLowerInvariant(token.Text[1]) is 'x' or 'o' or 'b'
                ? Convert.ToInt64(token.Text[2..], char.ToLowerInvariant(token.Text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 })
                : long.Parse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw new TemplateFault($"The number {token.Text} is too large", token.Line);
        }
    }

    private Expression Parenthesized(int line)
    {
        if (tokens.SkipsOperator(")"))
        {
            return new Expression.List([], IsTuple: true, line);
        }

        var value = expressions.Tuple(withConditional: true);
        tokens.RequireOperator(")");
        return value;
    }

    private List<Expression> Items(string end)
    {
        var items = new List<Expression>();
        while (!tokens.SkipsOperator(end))
        {
            if (items.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator(end))
                {
                    break;
                }
            }

            items.Add(expressions.Full());
        }

        return items;
    }

    private Expression.Dictionary Dictionary(int line)
    {
        var items = new List<(Expression Key, Expression Value)>();
        while (!tokens.SkipsOperator("}"))
        {
            if (items.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator("}"))
                {
                    break;
                }
            }

            var key = expressions.Full();
            tokens.RequireOperator(":");
            items.Add((key, expressions.Full()));
        }

        return new(items, line);
    }
}
